using System.Text;

namespace LoadLab.Testing.Tests;

public sealed class HttpRequestsTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\n\r\n", 2)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", 0)]
    [InlineData("POST / HTTP/1.1\r\ncontent-length: 4\r\n\r\nab\r\n", 1)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n\r\n\r\n", 0)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 1)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n", 2)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 1)]
    public void RequestsEndWhereTheirBodiesDo(string text, int requests)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(requests, new HttpRequests().Take(bytes));
        var oneByOne = new HttpRequests();
        Assert.Equal(requests, bytes.Sum(one => oneByOne.Take([one])));
    }
}
