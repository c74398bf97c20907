namespace LoadLab.Lab;

/// <summary>Those that look at a conducted run: the sampler, the packet tap where there is one, and the watch over processes.</summary>
internal sealed record LabWitnesses(Sampler Sampler, PacketWatch? Packets, ProcessWatch Processes);
