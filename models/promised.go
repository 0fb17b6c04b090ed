package models

// Terms is what a voucher promises.
type Terms struct{ ID TermsID }

// Household is people who share a limit.
type Household struct{ ID HouseholdID }
