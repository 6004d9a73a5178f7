using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

/// <summary>Gets what the gateway sends, in order. It must be quick: nothing else is received meanwhile.</summary>
interface IHandler
{
    /// <summary>May call answer later, from another thread.</summary>
    void OnRequest(string method, JObject parameters, Action<object> answer);

    /// <summary>If it throws, the connection is dropped, and the gateway sends a notice again on the next one.</summary>
    void OnNotification(string method, JObject parameters);
}

/// <summary>The gateway refuses this till for good: a person has to change a setting.</summary>
sealed class RefusedException : Exception
{
    public RefusedException(string why) : base(why) { }
}

/// <summary>There is no connection: nothing was sent.</summary>
sealed class NotConnectedException : Exception { }

/// <summary>
/// A till's connection to the gateway, opened again whenever it is lost. JSON-RPC 2.0 both ways.
/// ClientWebSocket answers pings only inside ReceiveAsync: one task does nothing but receive.
/// </summary>
sealed class Line
{
    /// <summary>A setting: each site has its own host and token, each till its own epos-id.</summary>
    public static readonly string Address =
        Environment.GetEnvironmentVariable("TILLGATE_URI")
        ?? "ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000"
            + "&api-version=v1&software-house-id=ABC123&installer-id=123ABC&epos-id=TILL-1";

    /// <summary>Close codes after which the till must not connect again: another till took over, token revoked.</summary>
    static readonly HashSet<int> Final = new HashSet<int> { 4001, 4003 };

    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <summary>After so much silence the till asks for a sign of life: ClientWebSocket does not show pings.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Json.NET would make a date of a text that looks like one.</summary>
    static readonly JsonSerializerSettings Plain =
        new JsonSerializerSettings { DateParseHandling = DateParseHandling.None };

    static readonly HttpClient Http = new HttpClient { Timeout = ConnectLimit };

    readonly Uri uri;
    readonly IHandler handler;
    readonly Random random = new Random();
    readonly ConcurrentDictionary<string, TaskCompletionSource<JObject>> waiting =
        new ConcurrentDictionary<string, TaskCompletionSource<JObject>>();
    readonly TaskCompletionSource<bool> opened = new TaskCompletionSource<bool>();
    readonly SemaphoreSlim sending = new SemaphoreSlim(1);
    volatile ClientWebSocket socket;
    /// <summary>How long the gateway wants to be left alone.</summary>
    TimeSpan retryAfter;
    // An id must not come again within a day, for which the gateway keeps results.
    long lastId = DateTime.UtcNow.Ticks / 1000000 % 864000;

    public Line(string uri, IHandler handler)
    {
        this.uri = new Uri(uri);
        this.handler = handler;
    }

    /// <summary>Fails with a RefusedException when the gateway ends this till's connection for good.</summary>
    public Task Closed { get; private set; }

    /// <summary>Ends when the gateway has accepted this till.</summary>
    public async Task Start()
    {
        Closed = Task.Run(Run);
        await await Task.WhenAny(opened.Task, Closed);
    }

    /// <summary>
    /// The whole answer, with "result" or "error". With an epos-id it may come on a later connection, so give the wait
    /// a limit. Throws NotConnectedException if there is no connection.
    /// </summary>
    public async Task<JObject> Request(string method, object parameters)
    {
        var now = socket;
        if (now == null) throw new NotConnectedException();
        var id = Interlocked.Increment(ref lastId);
        // Its continuation must not run in the task that receives.
        var answer = new TaskCompletionSource<JObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id.ToString()] = answer;
        await Send(now, new { jsonrpc = "2.0", id, method, @params = parameters });
        return await await Task.WhenAny(answer.Task, Closed.ContinueWith(Failed));
    }

    /// <summary>
    /// For a program that ends after a result: the gateway's ping, whose pong confirms the delivery, comes before
    /// this answer. Without a connection the result comes again on the next one.
    /// </summary>
    public Task Finish()
    {
        return Task.WhenAny(Request("connectedTerminals", new { }), Task.Delay(ConnectLimit));
    }

    static JObject Failed(Task closed)
    {
        closed.GetAwaiter().GetResult();
        return null;
    }

    async Task Run()
    {
        for (var pause = 1000; ; pause = Math.Min(pause * 2, 30000))
        {
            using (var next = new ClientWebSocket())
            {
                if (await Connect(next))
                {
                    pause = 1000;
                    await Serve(next);
                }
            }
            // Tills that were disconnected together must not come back together.
            await Task.Delay(retryAfter + TimeSpan.FromMilliseconds(random.Next(pause / 2, pause)));
            retryAfter = TimeSpan.Zero;
        }
    }

    async Task<bool> Connect(ClientWebSocket next)
    {
        try
        {
            using (var limit = new CancellationTokenSource(ConnectLimit))
                await next.ConnectAsync(uri, limit.Token);
            return true;
        }
        catch (Exception failed)
        {
            var why = await Refusal();
            if (why != null) throw new RefusedException(why);
            Console.Error.WriteLine("not connected: " + failed.GetBaseException().Message);
            return false;
        }
    }

    /// <summary>Ends when the connection is lost.</summary>
    async Task Serve(ClientWebSocket now)
    {
        socket = now;
        Console.WriteLine("connected");
        opened.TrySetResult(true);
        try
        {
            await Receive(now);
        }
        catch (Exception lost)
        {
            Console.Error.WriteLine("not connected: " + lost.Message);
        }
        socket = null;
        now.Abort();
        var code = (int?)now.CloseStatus ?? 1006;
        if (Final.Contains(code)) throw new RefusedException(now.CloseStatusDescription);
    }

    async Task Receive(ClientWebSocket now)
    {
        var buffer = new ArraySegment<byte>(new byte[8192]);
        var message = new MemoryStream();
        while (true)
        {
            var part = await OrSignOfLife(now, now.ReceiveAsync(buffer, CancellationToken.None));
            if (part.MessageType == WebSocketMessageType.Close) return;
            // A message may come in parts.
            message.Write(buffer.Array, 0, part.Count);
            if (!part.EndOfMessage) continue;
            Received(now, Encoding.UTF8.GetString(message.ToArray()));
            message.SetLength(0);
        }
    }

    /// <summary>What is received; fails when nothing comes although the gateway was asked for something.</summary>
    async Task<WebSocketReceiveResult> OrSignOfLife(ClientWebSocket now, Task<WebSocketReceiveResult> received)
    {
        if (await Task.WhenAny(received, Task.Delay(Silence)) == received) return await received;
        var id = Interlocked.Increment(ref lastId);
        await Send(now, new { jsonrpc = "2.0", id, method = "connectedTerminals", @params = new { } });
        if (await Task.WhenAny(received, Task.Delay(Silence)) == received) return await received;
        throw new TimeoutException("nothing came for " + 2 * Silence.TotalSeconds + " s");
    }

    /// <summary>One at a time: SendAsync fails while another message is being sent.</summary>
    async Task Send(ClientWebSocket to, object message)
    {
        var bytes = new ArraySegment<byte>(Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(message)));
        await sending.WaitAsync();
        try
        {
            using (var limit = new CancellationTokenSource(ConnectLimit))
                await to.SendAsync(bytes, WebSocketMessageType.Text, true, limit.Token);
        }
        catch (Exception)
        {
            // If the connection is lost here, the message may have arrived all the same.
        }
        finally
        {
            sending.Release();
        }
    }

    void Received(ClientWebSocket from, string text)
    {
        var message = JsonConvert.DeserializeObject<JObject>(text, Plain);
        var id = Present(message["id"]);
        var method = (string)Present(message["method"]);
        if (method == null)
        {
            Answered(id, message);
        }
        else if (id == null)
        {
            handler.OnNotification(method, (JObject)message["params"]);
        }
        else
        {
            // The gateway's ids are its own, and one may be that of a request of the till. As a JToken it goes back as
            // it came. A request of a lost connection is sent again on the next one.
            Action<object> answer = result => _ = Send(from, new { jsonrpc = "2.0", id, result });
            handler.OnRequest(method, (JObject)message["params"], answer);
        }
    }

    /// <summary>The null of JSON is an object in Json.NET.</summary>
    public static JToken Present(JToken value)
    {
        return value == null || value.Type == JTokenType.Null ? null : value;
    }

    void Answered(JToken id, JObject message)
    {
        TaskCompletionSource<JObject> answer = null;
        if (id != null && waiting.TryRemove(id.ToString(), out answer))
        {
            answer.SetResult(message);
            return;
        }
        // An error without an id, a sign of life, or a result that an earlier run of this till has missed.
        var text = message.ToString(Formatting.None);
        Console.Error.WriteLine("unclaimed: " + text.Substring(0, Math.Min(200, text.Length)));
    }

    /// <summary>Why the gateway itself refuses this address for good; null if it may be tried again.</summary>
    async Task<string> Refusal()
    {
        var scheme = uri.Scheme == "wss" ? "https" : "http";
        var asked = new Uri(scheme + "://" + uri.Authority + "/handshake" + uri.PathAndQuery);
        try
        {
            using (var response = await Http.GetAsync(asked))
            {
                var status = (int)response.StatusCode;
                // These pass by themselves. Any other without the gateway's own body is a proxy's.
                if (status < 400 || status == 429 || status >= 500)
                {
                    // Heeded up to 60 s.
                    var wait = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
                    retryAfter = TimeSpan.FromSeconds(Math.Min(60, wait.TotalSeconds));
                    return null;
                }
                var body = JObject.Parse(await response.Content.ReadAsStringAsync());
                return (string)body["message"];
            }
        }
        catch (Exception)
        {
            return null;
        }
    }
}
