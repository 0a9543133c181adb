"""The pages: thin, over the same functions as the API and the command line."""
