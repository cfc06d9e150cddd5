-- A copy of a database must not speak for its company.
UPDATE bop_digital SET is_live = false;
-- Nor may anybody make it speak: it would sign as the company.
DELETE FROM bop_network_secret;
