# The parts of meta_data.json that the guest uses, one a line. Strings in it hold no quotes.
function text(key, found) {
  if (!match(document, "\"" key "\": *\"[^\"]*\"")) return ""
  found = substr(document, RSTART, RLENGTH)
  sub(/^"[^"]*": *"/, "", found); sub(/"$/, "", found)
  return found
}
{ document = document $0 }
END {
  if (text("hostname") != "") print "hostname " text("hostname")
  print "instance " text("uuid")
  if (text("admin_pass") != "") print "password " text("admin_pass")
  rest = document
  while (match(rest, /"(ssh-|ecdsa-|sk-)[a-z0-9@.-]* [A-Za-z0-9+\/=]+[^"]*"/)) {
    key = substr(rest, RSTART + 1, RLENGTH - 2); sub(/\\n$/, "", key)
    if (!(key in seen)) { seen[key] = 1; print "key " key }
    rest = substr(rest, RSTART + RLENGTH)
  }
  if (match(document, /"files": *\[[^]]*\]/)) {
    rest = substr(document, RSTART, RLENGTH)
    while (match(rest, /"path": *"[^"]*", *"content_path": *"[^"]*"/)) {
      split(substr(rest, RSTART, RLENGTH), part, "\"")
      print "file " part[8] " " part[4]
      rest = substr(rest, RSTART + RLENGTH)
    }
  }
  if (match(document, /"meta": *[{][^}]*[}]/)) {
    rest = substr(document, RSTART + 7, RLENGTH - 7)
    while (match(rest, /"[^"]*": *"[^"]*"/)) {
      pair = substr(rest, RSTART + 1, RLENGTH - 2); sub(/": *"/, "=", pair)
      print "metadata " pair
      rest = substr(rest, RSTART + RLENGTH)
    }
  }
}
