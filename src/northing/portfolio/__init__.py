"""What a portfolio is: entity types, enumerations, money and periods, the Plan, its rules."""
