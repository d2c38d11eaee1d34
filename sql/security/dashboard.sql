-- What members have chosen for their pages: each has only their own.

GRANT SELECT, INSERT, DELETE ON dashboard_preference TO saude_app;
GRANT UPDATE (value) ON dashboard_preference TO saude_app;
ALTER TABLE public.dashboard_preference ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.dashboard_preference FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON dashboard_preference TO CURRENT_USER USING (true);
CREATE POLICY own ON dashboard_preference TO saude_app
USING (user_id = (SELECT secured.actor())) WITH CHECK (user_id = (SELECT secured.actor()));
