"""The twin itself: retrieval, reply, citations, conversations, and the call that meters them."""
