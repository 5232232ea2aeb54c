"""The functions that a mapping may call: a fixed list, what each takes and gives, running them."""
