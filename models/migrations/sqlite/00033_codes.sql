-- What a voucher keeps of its code is no hash and nothing sealed any more, but a number that the code comes from with the secret, and a
-- proof of that secret; vouchers of before keep what they have. A program of before cannot read the new ones, and stumbles over the names.
-- +goose Up
ALTER TABLE vouchers RENAME COLUMN code_hash TO code_ref;
ALTER TABLE vouchers RENAME COLUMN code_sealed TO code_proof;

-- +goose Down
ALTER TABLE vouchers RENAME COLUMN code_proof TO code_sealed;
ALTER TABLE vouchers RENAME COLUMN code_ref TO code_hash;
