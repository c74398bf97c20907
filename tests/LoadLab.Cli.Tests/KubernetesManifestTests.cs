using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LoadLab.Cli.Tests;

/// <summary>packaging/kubernetes/loadlab-inspect.yaml is a DaemonSet as Kubernetes' own API describes it.</summary>
public sealed class KubernetesManifestTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Launcher.Root, "packaging", "kubernetes", "loadlab-inspect.yaml"));
    private static readonly JsonNode Schema = JsonNode.Parse(
        File.ReadAllText(Path.Combine(Launcher.Root, "tests", "LoadLab.Cli.Tests", "Kubernetes", "daemonset.schema.json")))!;

    [Fact]
    public void ItIsAsTheSchemaSays() => Assert.Empty(JsonSchemaCheck.Problems(Schema, Manifest(Text), "manifest"));

    [Theory]
    [InlineData("hostNetwork: true", "hostNetwrok: true", "manifest.spec.template.spec.hostNetwrok is not in the schema")]
    [InlineData("hostPID: true", "hostPID: 7", "manifest.spec.template.spec.hostPID: 7 is no boolean")]
    [InlineData("containerPort: 9464", "containerPort: metrics", "ports[0].containerPort: \"metrics\" is no integer")]
    [InlineData("selector:", "selektor:", "manifest.spec: selector is missing")]
    [InlineData("fieldRef:", "fieldref:", "valueFrom.fieldref is not in the schema")]
    [InlineData("drop: [ALL]", "drop: ALL", "capabilities.drop: \"ALL\" is no array")]
    public void WhatKubernetesWouldRefuseIsFound(string part, string instead, string problem)
    {
        Assert.Contains(part, Text, StringComparison.Ordinal);
        var problems = JsonSchemaCheck.Problems(Schema, Manifest(Text.Replace(part, instead, StringComparison.Ordinal)), "manifest");
        Assert.Contains(problems, one => one.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void ItsPodsAreThoseThatItSelects()
    {
        var manifest = Manifest(Text)!;
        var labels = manifest["spec"]!["template"]!["metadata"]!["labels"]!;
        Assert.All(manifest["spec"]!["selector"]!["matchLabels"]!.AsObject(), label => Assert.Equal((string)label.Value!, (string)labels[label.Key]!));
    }

    [Fact]
    public void ItsContainersOptionsAreTheVerbs()
    {
        var container = Manifest(Text)!["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Single()!;
        var words = container["args"]!.AsArray().Select(word => (string)word!).ToList();
        var help = Launcher.Run(words[0], "--help").Output;
        Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains(option, help, StringComparison.Ordinal));
        Assert.Equal($"*:{(long)container["ports"]![0]!["containerPort"]!}", words[words.IndexOf("--prometheus") + 1]);
    }

    private static JsonNode? Manifest(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return Json(Assert.Single(yaml.Documents).RootNode);
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } word => word.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain } number when long.TryParse(number.Value, CultureInfo.InvariantCulture, out var whole) => whole,
        _ => ((YamlScalarNode)node).Value,
    };
}
