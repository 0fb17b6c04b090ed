package models

// Household is people who share a limit.
type Household struct{ ID HouseholdID }
