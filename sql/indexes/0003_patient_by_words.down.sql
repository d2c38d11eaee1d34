DROP INDEX patient_by_words;
