from tests.driver import world


async def test_only_an_administrator_sees_the_statistics(tmp_path):
    async with world(tmp_path, admins=(1001,)) as city:
        boss, reader = city.person("Айгерім", "kk"), city.person("Марина", "ru")
        assert boss.id == 1001
        boss.says("/stats")
        await boss.sees("Жаңалық: қазақша 17, орысша 17")
        reader.says("/stats")
        assert "Статистика" not in (await reader.sees())["text"]
