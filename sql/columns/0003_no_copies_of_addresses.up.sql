-- What django-allauth kept besides: addresses of its own, which nothing here reads, and the claims of the identity
-- provider (name, address). Who a provider's user is, its subject says.
DELETE FROM account_emailconfirmation;
DELETE FROM account_emailaddress;
UPDATE socialaccount_socialaccount SET extra_data = '{}';
