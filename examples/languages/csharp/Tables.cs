using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

/// <summary>
/// A restaurant till: Till.exe tables FILE.json
/// The file holds the tables and what was paid, and is written before the next message is received.
/// </summary>
sealed class Tables : IHandler
{
    const string Currency = "GBP";

    sealed class Table
    {
        [JsonProperty("total")]
        public int Total;

        [JsonProperty("lockedBy")]
        public string LockedBy;

        /// <summary>By paymentId, as the gateway told them.</summary>
        [JsonProperty("payments")]
        public Dictionary<string, JObject> Payments = new Dictionary<string, JObject>();

        /// <summary>Gratuity comes on top of amountPaid; cashback is part of it and was handed out.</summary>
        [JsonIgnore]
        public int Left
        {
            get { return Total - Payments.Values.Sum(paid => (int)paid["amountPaid"] - (int)paid["amountCashback"]); }
        }
    }

    readonly string path;
    readonly SortedDictionary<string, Table> tables;

    Tables(string path)
    {
        this.path = path;
        tables = File.Exists(path)
            ? JsonConvert.DeserializeObject<SortedDictionary<string, Table>>(File.ReadAllText(path))
            : new SortedDictionary<string, Table>
            {
                { "1", new Table { Total = 2900 } },
                { "12", new Table { Total = 6640 } },
            };
    }

    public static async Task<int> Serve(string path)
    {
        var line = new Line(Line.Address.Replace("/pac?", "/pat?"), new Tables(path));
        await line.Start();
        await line.Closed;
        return 0;
    }

    public void OnRequest(string method, JObject parameters, Action<object> answer)
    {
        switch (method)
        {
            case "tableListRequest":
                answer(new { tables = Unpaid(), currency = Currency });
                break;
            case "tableLockRequest":
                answer(Lock((string)parameters["tid"], (string)parameters["tableId"]));
                break;
            case "posReceiptRequest":
                answer(new { receiptLines = Bill((string)parameters["tableId"]) });
                break;
        }
    }

    public void OnNotification(string method, JObject parameters)
    {
        switch (method)
        {
            case "transactionResponse":
                Book((string)parameters["tableId"], parameters["payments"]);
                break;
            case "tableUnlock":
                Unlock((string)parameters["tid"], (string)parameters["tableId"]);
                break;
        }
    }

    string[] Unpaid()
    {
        return tables.Where(each => each.Value.Left > 0).Select(each => each.Key).ToArray();
    }

    object Lock(string tid, string tableId)
    {
        Table table;
        if (!tables.TryGetValue(tableId, out table) || (table.LockedBy != null && table.LockedBy != tid))
            return new { confirmed = false, userMessage = "This table is not available." };
        table.LockedBy = tid;
        try
        {
            Save();
        }
        catch (IOException)
        {
            return new { confirmed = false, userMessage = "The till cannot save its tables." };
        }
        Console.WriteLine(tid + " locks table " + tableId + ": " + table.Left + " to pay");
        return new { confirmed = true, amount = table.Left, currency = Currency };
    }

    object[] Bill(string tableId)
    {
        Table table;
        if (!tables.TryGetValue(tableId, out table)) return new object[0];
        var toPay = table.Left / 100 + "." + (table.Left % 100).ToString("00");
        return new object[]
        {
            new { value = "Table " + tableId, format = new[] { "BOLD" } },
            new { value = "To pay " + toPay.PadLeft(17) },
        };
    }

    /// <summary>A payment may be told twice; its paymentId is booked once.</summary>
    void Book(string tableId, IEnumerable<JToken> payments)
    {
        Table table;
        // Money is booked even if this till has lost the table.
        if (!tables.TryGetValue(tableId, out table)) table = tables[tableId] = new Table();
        foreach (var payment in payments.Cast<JObject>())
        {
            var id = (string)payment["paymentId"];
            var how = table.Payments.ContainsKey(id) ? " is booked already" : " is booked";
            table.Payments[id] = payment;
            Console.WriteLine("table " + tableId + ": " + (int)payment["amountPaid"] + how);
        }
        Save();
    }

    void Unlock(string tid, string tableId)
    {
        Table table;
        // As a precaution the gateway also unlocks what this card machine does not hold.
        if (!tables.TryGetValue(tableId, out table) || table.LockedBy != tid) return;
        table.LockedBy = null;
        Save();
        Console.WriteLine(tid + " unlocks table " + tableId);
    }

    void Save()
    {
        var bytes = Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(tables, Formatting.Indented));
        using (var file = File.Create(path + ".new"))
        {
            file.Write(bytes, 0, bytes.Length);
            file.Flush(true);
        }
        if (File.Exists(path)) File.Replace(path + ".new", path, null);
        else File.Move(path + ".new", path);
    }
}
