-- Opens the session in LULL_SESSION, saves it as "reopened", closes it.

local engine = AudioEngine:set_backend ("None (Dummy)", "lull", "lull")
engine:set_sample_rate (48000)
engine:set_buffer_size (1024)
AudioEngine:start (false)
local s = load_session (os.getenv ("LULL_SESSION"), "session")
assert (s, "no session")
ARDOUR.LuaAPI.usleep (500000)
s:save_state ("reopened")
close_session ()
quit ()
