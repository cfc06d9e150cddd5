-- A copy of a database must not speak for its company.
UPDATE bop_digital SET is_live = false;
