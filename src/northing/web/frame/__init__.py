"""What every page stands in: who asks and which plan they see, addresses, sentences, the words of the templates."""
