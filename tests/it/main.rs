mod harvest;
mod techdocs;
