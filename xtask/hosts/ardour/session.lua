-- What a user does: record, insert Lull, learn from the noise, draw two lanes of automation, save.
-- The session's folder comes in LULL_SESSION.

local folder = os.getenv ("LULL_SESSION")
local RATE = 48000

local function wait (seconds)
	ARDOUR.LuaAPI.usleep (math.floor (seconds * 1e6))
end

local by_user = ARDOUR.TransportRequestSource.TRS_UI
local alone = PBD.GroupControlDisposition.NoGroup

-- The transport's time, which passes more slowly than the clock's where the machine is busy.
local function wait_until (s, seconds)
	for _ = 1, 12000 do
		if s:transport_sample () >= seconds * RATE then
			return
		end
		wait (0.01)
	end
	error ("the transport stands at sample " .. s:transport_sample ())
end

local function roll (s, seconds)
	s:request_roll (by_user)
	wait_until (s, seconds)
	s:request_stop (false, false, by_user)
	wait (0.7)
end

local engine = AudioEngine:set_backend ("None (Dummy)", "lull", "lull")
engine:set_driver ("Normal Speed")
engine:set_device_name ("Silence")
engine:set_sample_rate (RATE)
engine:set_buffer_size (1024)
AudioEngine:start (false)
local s = create_session (folder, "session", RATE)
assert (s, "no session")

local function track (name)
	local order, mode = ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal
	return s:new_audio_track (2, 2, nil, 1, name, order, mode, false):front ()
end

local source, noisy = track ("Source"), track ("Noisy")
local generator = ARDOUR.LuaAPI.new_luaproc (s, "Lull test source")
assert (not generator:isnil (), "no generator")
source:add_processor_by_index (generator, 0, nil, true)
for channel = 0, 1 do
	source:output ():audio (channel):connect (noisy:input ():audio (channel):name ())
end

noisy:rec_enable_control ():set_value (1, alone)
s:maybe_enable_record ()
wait (0.3)
roll (s, 6.5)
noisy:rec_enable_control ():set_value (0, alone)
local regions = 0
for region in noisy:playlist ():region_list ():iter () do
	regions = regions + 1
	print ("recorded", region:length ():samples ())
end
assert (regions == 1, "nothing was recorded")
source:remove_processor (generator, nil, true)
source:mute_control ():set_value (1, alone)

local lull = ARDOUR.LuaAPI.new_plugin (s, "Lull", ARDOUR.PluginType.VST3, "")
assert (not lull:isnil (), "Ardour does not know Lull")
assert (noisy:add_processor_by_index (lull, 0, nil, true) == 0, "Lull cannot be inserted")
local plugin = lull:to_insert ():plugin (0)
local index = {}
for i = 0, plugin:parameter_count () - 1 do
	index[plugin:parameter_label (i)] = i
end
print ("parameters", plugin:parameter_count ())
print ("latency", lull:to_insert ():signal_latency ())

local function set (name, value)
	assert (ARDOUR.LuaAPI.set_processor_param (lull, index[name], value), name)
end

set ("Learn Window", 10.1) -- While On
s:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustStop, by_user)
wait (0.5)
set ("Learn", 1)
s:request_roll (by_user)
wait_until (s, 1.7)
set ("Learn", 0)
wait_until (s, 2.2)
s:request_stop (false, false, by_user)
wait (0.7)

local function lane (name, points)
	local _, list = ARDOUR.LuaAPI.plugin_automation (lull, index[name])
	for _, point in ipairs (points) do
		list:add (Temporal.timepos_t (math.floor (point[1] * RATE)), point[2], false, true)
	end
	local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, index[name])
	lull:to_automatable ():automation_control (parameter, false):set_automation_state (ARDOUR.AutoState.Play)
end

-- From 4.5 to 5.2 s the gate stands open.
lane ("Threshold", { { 0, 0 }, { 4.5, 0 }, { 4.51, -24 }, { 5.2, -24 }, { 5.21, 3 }, { 7, 3 } })
lane ("Sharpness", { { 0, 1 }, { 6, 2 } })

s:locations ():session_range_location ():set (Temporal.timepos_t (0), Temporal.timepos_t (6 * RATE))
s:save_state ("")
close_session ()
quit ()
