print("oxbow")
