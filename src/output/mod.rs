//! Output: artifacts in, a folder out that is always the old site or the new one.
