def drain(limit: int = 50) -> int:
    return 0
