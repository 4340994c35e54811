"""The seven rooms, in the order data walks through them. Each module: a plain function, and a thin Prefect task."""
