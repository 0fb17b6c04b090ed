package models

// Terms is what a voucher promises.
type Terms struct{ ID TermsID }

// Shop is a place where vouchers are written off.
type Shop struct{ ID ShopID }

// Household is people who share a limit.
type Household struct{ ID HouseholdID }
