using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

/// <summary>
/// A counter till that is rehearsed: tillgate rehearse --at counter --till "mono Till.exe rehearse"
/// The rehearsal gives the address in CONNECT_PAC_URI, writes what to press as lines of JSON to stdin, and reads a line
/// of JSON for each: in UTF-8, whatever the locale of this machine is.
/// </summary>
sealed class Rehearse : IHandler
{
    static readonly Dictionary<string, string> Methods = new Dictionary<string, string>
    {
        { "sale", "sale" },
        { "refund", "refund" },
        { "pre-auth", "preAuth" },
        { "completion", "completion" },
        { "verify", "accountVerification" },
    };

    /// <summary>Only SUCCESSFUL is paid. TIMED_OUT is not known.</summary>
    static readonly Dictionary<string, string> Words = new Dictionary<string, string>
    {
        { "SUCCESSFUL", "approved" },
        { "DECLINED", "declined" },
        { "CANCELLED", "cancelled" },
        { "VOID", "void" },
        { "UNSUCCESSFUL", "unsuccessful" },
        { "TIMED_OUT", "unknown" },
    };

    readonly Line line;
    volatile string signature = "accept";
    /// <summary>What this till holds for true about its last transaction.</summary>
    volatile object last = new { outcome = "none" };
    /// <summary>What the printer of this till has printed for it, copy by copy.</summary>
    volatile ConcurrentDictionary<string, JToken> printed = new ConcurrentDictionary<string, JToken>();

    Rehearse()
    {
        line = new Line(Environment.GetEnvironmentVariable("CONNECT_PAC_URI") + "&epos-id=CSHARP-1", this);
    }

    public static async Task<int> Serve()
    {
        // The encoding without the mark that would stand before the first line.
        Console.InputEncoding = Console.OutputEncoding = new UTF8Encoding(false);
        var till = new Rehearse();
        await till.line.Start();
        string command;
        while ((command = await Task.Run(() => Console.In.ReadLine())) != null)
            Console.WriteLine(JsonConvert.SerializeObject(till.Press(JObject.Parse(command))));
        return 0;
    }

    object Press(JObject command)
    {
        var what = (string)command["do"];
        command.Remove("do");
        switch (what)
        {
            case "cancel":
                _ = line.Request("cancelTransaction", command);
                return new { };
            case "signature":
                signature = (string)command["answer"];
                return new { };
            case "status":
                return last;
            case "receipts":
                return new { printed };
        }
        string method;
        if (!Methods.TryGetValue(what, out method)) return new { unsupported = true };
        if (command["cashback"] != null)
        {
            command["amountCashback"] = command["cashback"];
            command.Remove("cashback");
        }
        _ = Take(method, command);
        return new { };
    }

    /// <summary>Asked for once, whatever happens: the answer may come on a later connection.</summary>
    async Task Take(string method, JObject parameters)
    {
        object asked = new { outcome = "open" };
        last = asked;
        var copies = printed = new ConcurrentDictionary<string, JToken>();
        object booked;
        try
        {
            var answer = await line.Request(method, parameters);
            Print(answer, copies);
            booked = Booked(answer);
        }
        catch (NotConnectedException)
        {
            booked = new { outcome = "refused" };
        }
        // The booking of a later transaction stays.
        if (last == asked) last = booked;
    }

    static void Print(JObject answer, ConcurrentDictionary<string, JToken> copies)
    {
        if (Line.Present(answer["error"]) != null) return;
        foreach (var copy in (JObject)answer["result"]["receiptLines"])
            copies[copy.Key.ToLowerInvariant()] = copy.Value;
    }

    static object Booked(JObject answer)
    {
        if (Line.Present(answer["error"]) != null) return new { outcome = "refused" };
        var result = answer["result"];
        var outcome = Words[(string)result["transactionResult"]];
        if (outcome != "approved") return new { outcome };
        return new { outcome, amountTotal = (int)result["amountTotal"] };
    }

    public void OnRequest(string method, JObject parameters, Action<object> answer)
    {
        if (method != "signatureVerificationRequest") return;
        printed["slip"] = parameters["receiptLines"]["MERCHANT"];
        if (signature != "none") answer(new { accepted = signature == "accept" });
    }

    public void OnNotification(string method, JObject parameters) { }
}
