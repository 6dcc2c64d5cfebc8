-- Chooses presets in Best and Live while the session in LULL_SESSION rolls, and after it has stopped, and prints the latencies that Ardour compensates for.
-- Ardour never restarts a plugin for another latency. Saves the session as "best", closes it.

local by_user = ARDOUR.TransportRequestSource.TRS_UI

local function wait (seconds)
	ARDOUR.LuaAPI.usleep (math.floor (seconds * 1e6))
end

local engine = AudioEngine:set_backend ("None (Dummy)", "lull", "lull")
engine:set_sample_rate (48000)
engine:set_buffer_size (1024)
AudioEngine:start (false)
local s = load_session (os.getenv ("LULL_SESSION"), "session")
assert (s, "no session")
wait (0.5)

local lull = s:route_by_name ("Noisy"):nth_plugin (0)
assert (not lull:isnil (), "no Lull")
local insert = lull:to_insert ()
local plugin = insert:plugin (0)
-- Ardour 7 does not list parameters that cannot be automated: presets choose the quality.
local function choose (preset)
	local record = plugin:preset_by_label (preset)
	assert (record and record.valid and plugin:load_preset (record), preset)
end

local function told (when)
	print (when, insert:signal_latency ())
end

-- Waits until Ardour knows another latency than `samples`.
local function wait_for_another (samples)
	for _ = 1, 500 do
		if insert:signal_latency () ~= samples then
			return
		end
		wait (0.01)
	end
end

told ("before")
s:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustStop, by_user)
wait (0.5)
s:request_roll (by_user)
wait (0.5)
choose ("Gentle")
wait (2.5)
assert (s:transport_rolling (), "the transport stands")
told ("rolling")
s:request_stop (false, false, by_user)
wait_for_another (2048)
told ("stopped")
s:request_roll (by_user)
wait (1)
told ("again")
s:request_stop (false, false, by_user)
wait (0.3)
choose ("Live - low latency")
wait_for_another (6144)
told ("live")
choose ("Gentle")
wait_for_another (512)
s:save_state ("best")
close_session ()
quit ()
