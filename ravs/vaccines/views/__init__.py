"""The pages of vaccines, by what people do there."""
