import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.store.*;

/** Lucene on plain words, BM25, as a process that is told what to do line by line; see peer-process.ts. */
public class LucenePeer {
  static DirectoryReader reader;
  static IndexSearcher searcher;

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      String[] said = line.split("\t");
      String answer = said[0].equals("build") ? build(said[1], said[2]) : said[0].equals("run") ? run(said[1], said[2], said[3]) : "{\"version\":\"" + org.apache.lucene.util.Version.LATEST + "\"}";
      System.out.println(answer);
      System.out.flush();
    }
  }

  static String build(String corpus, String folder) throws Exception {
    Directory directory = new MMapDirectory(Paths.get(folder));
    double seconds;
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(new WhitespaceAnalyzer()).setRAMBufferSizeMB(128))) {
      long start = System.nanoTime();
      try (BufferedReader lines = Files.newBufferedReader(Paths.get(corpus))) {
        for (String line; (line = lines.readLine()) != null; ) {
          Document document = new Document();
          document.add(new TextField("text", line, Field.Store.NO));
          writer.addDocument(document);
        }
      }
      writer.commit();
      seconds = (System.nanoTime() - start) / 1e9;
      // One segment is the quickest to search; what it takes is not counted.
      writer.forceMerge(1);
    }
    long bytes = 0;
    for (String name : directory.listAll()) bytes += directory.fileLength(name);
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    return "{\"seconds\":" + seconds + ",\"bytes\":" + bytes + "}";
  }

  /** Best 20 and the number of hits: all of them counted, or as Lucene is shipped, up to a thousand. */
  static String run(String queries, String answers, String mode) throws Exception {
    int counted = mode.equals("shipped") ? 1000 : Integer.MAX_VALUE;
    List<Query> all = new ArrayList<>();
    for (String line : Files.readAllLines(Paths.get(queries))) {
      String[] parts = line.split("\t");
      String[] words = parts[1].split(" ");
      if (parts[0].equals("phrases")) all.add(new PhraseQuery("text", words));
      else {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (String word : words) builder.add(new TermQuery(new Term("text", word)), BooleanClause.Occur.MUST);
        all.add(builder.build());
      }
    }
    StringBuilder out = new StringBuilder();
    for (Query query : all) {
      long start = System.nanoTime();
      TopScoreDocCollector collector = TopScoreDocCollector.create(20, counted);
      searcher.search(query, collector);
      TopDocs found = collector.topDocs();
      out.append(found.totalHits.value).append('\t').append((System.nanoTime() - start) / 1e6).append('\n');
    }
    Files.write(Paths.get(answers), out.toString().getBytes(StandardCharsets.UTF_8));
    return "{}";
  }
}
