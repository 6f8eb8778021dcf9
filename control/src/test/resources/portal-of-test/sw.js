sw()
