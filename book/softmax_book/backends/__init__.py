"""The same functions in each framework, for the chapter that compares them."""
