mod search;
mod search_reference;
