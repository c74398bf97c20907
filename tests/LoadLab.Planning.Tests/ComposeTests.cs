using YamlDotNet.RepresentationModel;

namespace LoadLab.Planning.Tests;

/// <summary>docker-compose.yml and what is left out of it for 'docker stack deploy'.</summary>
public class ComposeTests
{
    private static readonly string[] Profiles = ["compare", "drive", "observe"];

    [Fact]
    public void EachServiceHasItsProfileInTheFileThatAStackDoesNotRead()
    {
        var services = Services("docker-compose.yml");
        var profiles = Services("docker-compose.override.yml");
        Assert.Equal(services.Keys.Order(StringComparer.Ordinal), profiles.Keys.Order(StringComparer.Ordinal));
        Assert.All(services.Values, service => Assert.False(service.Children.ContainsKey("profiles")));
        Assert.All(profiles.Values, service => Assert.Contains(Assert.Single((YamlSequenceNode)Assert.Single(service.Children).Value).ToString(), Profiles));
    }

    private static Dictionary<string, YamlMappingNode> Services(string file)
    {
        using var reader = File.OpenText(Path.Combine(Path.GetDirectoryName(Given.ScenarioRoot)!, file));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return ((YamlMappingNode)yaml.Documents[0].RootNode["services"])
            .Children.ToDictionary(pair => pair.Key.ToString(), pair => (YamlMappingNode)pair.Value);
    }
}
