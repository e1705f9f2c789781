"""The tables of the first schema, by what they are about; made in this order by revision 0001."""
