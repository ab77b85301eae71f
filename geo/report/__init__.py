"""Documents to be read without the program: their words, their maps, and how they are set."""
