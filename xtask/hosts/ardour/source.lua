ardour {
	["type"] = "dsp",
	name = "Lull test source",
	category = "Generator",
	license = "MIT",
	author = "Lull",
	description = "Noise, and over it bursts of a tone from 2 to 4 seconds of the transport's time"
}

function dsp_ioconfig ()
	return { { audio_in = -1, audio_out = 2 } }
end

local rate = 48000

function dsp_init (r)
	rate = r
end

function dsp_runmap (bufs, in_map, out_map, n_samples, offset)
	local from = Session:transport_sample ()
	local rolling = Session:transport_rolling ()
	for channel = 0, 1 do
		local buffer = out_map:get (ARDOUR.DataType ("audio"), channel)
		if buffer ~= ARDOUR.ChanMapping.Invalid then
			local samples = bufs:get_audio (buffer):data (offset):array ()
			for i = 1, n_samples do
				local t = (from + i) / rate
				local x = 0.06 * (math.random () - 0.5)
				if rolling and t > 2 and t < 4 and (t * 4) % 2 < 1 then
					x = x + 0.3 * math.sin (2 * math.pi * 440 * t)
				end
				samples[i] = x
			end
		end
	end
end
