using System.Text.Json.Serialization;

namespace LoadLab.Model;

/// <summary>Which capabilities (capabilities(7)) a role is started with.</summary>
[JsonConverter(typeof(EnumWordsJsonConverter<CapabilitySet>))]
public enum CapabilitySet
{
    /// <summary>All that its sandbox gives: in one that LoadLab made, those of root over what the sandbox confines.</summary>
    All,

    /// <summary>None but CAP_DAC_OVERRIDE, without which a role could not read its own program where that is another user's: an ordinary process.</summary>
    None,
}
