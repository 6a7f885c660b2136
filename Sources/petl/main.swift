print("petl")
