//! The catalog as files in the shape of its read API.
