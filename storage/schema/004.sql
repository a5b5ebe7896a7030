-- Schema 4: the writes of one document are found by reading through the list, which is asked for once in a while; an
-- index on it cost a tenth of every save.
DROP INDEX IF EXISTS writes_id;
