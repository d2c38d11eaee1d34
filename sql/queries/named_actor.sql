-- What name_actor set, for whoever must put it back.
SELECT coalesce(current_setting('saude.actor', true), ''), current_setting('role');
