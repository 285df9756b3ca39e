"""Recording a vaccination: a draft, its ordered steps, the warnings, and saving it once."""
