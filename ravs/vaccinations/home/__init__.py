"""Home: how many vaccinations an organisation gave, from totals that are kept beside them."""
