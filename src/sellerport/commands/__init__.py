"""Commands of the command line beside running a function: files in, files out."""
