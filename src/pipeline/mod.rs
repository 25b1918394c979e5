//! The pipeline: harvest, catalog, enrich, assemble, render, index, write.
