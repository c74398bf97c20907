using LoadLab.Planning.Yaml;

namespace LoadLab.Planning;

/// <summary>A value of the file by its dotted name, from the command line or a variant.</summary>
internal sealed record Setting(string Name, Place Place, Declared Value);
