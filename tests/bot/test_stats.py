from collections import Counter

from tests.driver import world


async def test_only_an_administrator_sees_the_statistics(tmp_path):
    async with world(tmp_path, admins=(1001,)) as city:
        boss, reader = city.person("Айгерім", "kk"), city.person("Марина", "ru")
        assert boss.id == 1001
        told = Counter(article.language for article in (await city.store.articles.latest(100, reprints=True)).items)
        boss.says("/stats")
        await boss.sees(f"Жаңалық: қазақша {told['kk']}, орысша {told['ru']}")
        reader.says("/stats")
        assert "Статистика" not in (await reader.sees())["text"]
