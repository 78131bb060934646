// Stands for the cheapest module there is.
export {};
