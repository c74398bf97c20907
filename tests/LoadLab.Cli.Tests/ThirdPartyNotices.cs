using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace LoadLab.Cli.Tests;

/// <summary>THIRD-PARTY-NOTICES.txt, from the packages whose files are in LoadLab's own: their nuspecs, and the notices that they bring with them.</summary>
internal static class ThirdPartyNotices
{
    private const string Mit = """
        Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to
        deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

        The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

        THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
        THE SOFTWARE.
        """;

    // Of both there is a text in the file or beside it; another licence has to be read by a person first.
    private static readonly string[] KnownLicences = ["Apache-2.0", "MIT"];

    private sealed record Shipped(string Id, string Version, string Licence, string Copyright, string Project, string? Notices);

    /// <summary>The file's text.</summary>
    /// <param name="package">LoadLab's own package: what it ships is in its loadlab.deps.json.</param>
    public static string Of(string package)
    {
        var shipped = IdsIn(package).Select(Read).ToList();
        Assert.All(shipped, one => Assert.Contains(one.Licence, KnownLicences));
        var text = new StringBuilder("""
            Third-party notices

            LoadLab is under the Apache License 2.0 (LICENSE). Its package and its image have the following packages in them; native and self-contained builds
            also have the .NET runtime (MIT, Copyright (c) .NET Foundation and Contributors, https://github.com/dotnet/runtime).
            This file is made from the packages:
            LOADLAB_WRITE_DOCS=1 dotnet test tests/LoadLab.Cli.Tests --filter ToolPackageTests


            """);
        foreach (var one in shipped)
        {
            text.Append($"{one.Id} {one.Version}\n    {one.Licence}; {one.Copyright}\n    {one.Project}\n");
        }

        text.Append($"\n{Line()}The MIT License, of the packages that name it\n\n{Mit}\n");
        text.Append($"\n{Line()}The Apache License 2.0, of the packages that name it: LICENSE, beside this file\n");
        foreach (var group in shipped.Where(one => one.Notices is not null).GroupBy(one => one.Notices!))
        {
            text.Append($"\n{Line()}What these packages have in them of others: {string.Join(", ", group.Select(one => one.Id))}\n\n{group.Key.Trim()}\n");
        }

        return text.ToString();
    }

    private static string Line() => $"{new string('-', 100)}\n";

    private static List<(string Id, string Version)> IdsIn(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        using var stream = archive.Entries.Single(entry => entry.Name == "loadlab.deps.json").Open();
        var libraries = JsonNode.Parse(stream)!["libraries"]!.AsObject();
        return
        [
            .. libraries.Where(library => (string)library.Value!["type"]! == "package").Select(library => library.Key.Split('/'))
                .Select(parts => (parts[0], parts[1])).OrderBy(one => one.Item1, StringComparer.Ordinal),
        ];
    }

    private static Shipped Read((string Id, string Version) package)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(packages, package.Id.ToLowerInvariant(), package.Version);
        var metadata = XDocument.Load(Assert.Single(Directory.GetFiles(folder, "*.nuspec"))).Root!.Elements().Single().Elements()
            .ToLookup(element => element.Name.LocalName, element => element.Value);
        var notices = Directory.GetFiles(folder, "THIRD-PARTY-NOTICES*").Select(File.ReadAllText).SingleOrDefault();
        return new Shipped(
            package.Id, package.Version, metadata["license"].Single(), metadata["copyright"].Single(), metadata["projectUrl"].Single(),
            notices?.Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}
