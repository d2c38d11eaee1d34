-- The provider tells them again when somebody signs in.
SELECT 1;
