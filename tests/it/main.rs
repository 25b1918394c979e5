mod harvest;
